-- Notes names in a sorted set, which may be repeated at any time.
-- KEYS[1]  the sorted set, ARGV the names
for from = 1, #ARGV, 1000 do
    local some = {}
    for i = from, math.min(#ARGV, from + 999) do
        some[#some + 1] = '0'
        some[#some + 1] = ARGV[i]
    end
    redis.call('ZADD', KEYS[1], unpack(some))
end
return {'ok'}
