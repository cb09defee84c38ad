-- Looks at keys without changing anything.
-- ARGV     for each key: the number of the set in which its id should be, or 0; the id
-- Gives for each key: its type, its time to live in ms (-1 for ever), 1 unless its id is missing in the set, how many
-- members or fields it has
local found = {}
for i = 1, #KEYS do
    if ARGV[2 * i - 1] == '-' then
        break
    end
    local name = KEYS[i]
    local type = redis.call('TYPE', name).ok
    local listed = 1
    local set = tonumber(ARGV[2 * i - 1])
    if set > 0 and redis.call('TYPE', KEYS[set]).ok ~= 'set' then
        listed = 0
    elseif set > 0 then
        listed = redis.call('SISMEMBER', KEYS[set], ARGV[2 * i])
    end
    local count = type == 'hash' and redis.call('HLEN', name)
        or type == 'zset' and redis.call('ZCARD', name)
        or type == 'set' and redis.call('SCARD', name)
        or 0
    local at = #found
    found[at + 1], found[at + 2], found[at + 3], found[at + 4] = type, redis.call('PTTL', name), listed, count
end
return found
