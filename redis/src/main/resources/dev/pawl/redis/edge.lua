-- Reads the rows at one end of a hash in the order of its index, as long as nothing is odd there.
-- KEYS     the index, the rows
-- ARGV     ZRANGE or ZREVRANGE, how many, the most bytes of a page
-- Gives {how many there are, ids and scores, values, more values}, or nothing where it takes a closer look
--
-- Each conversation that is opened is one of these: what the server says goes on as it is.
local call = redis.pcall
local limit = tonumber(ARGV[2])
local all = call('ZCARD', KEYS[1])
if type(all) ~= 'number' or all ~= call('HLEN', KEYS[2]) then
    return false
end
local found = call(ARGV[1], KEYS[1], 0, limit - 1, 'WITHSCORES')
if found.err then
    return false
end
local ids = {}
for i = 1, #found / 2 do
    ids[i] = found[2 * i - 1]
end
local few = math.min(#ids, 8)
if few == 0 then
    return {0, found, {}, {}}
end
local first = call('HMGET', KEYS[2], unpack(ids, 1, few))
if first.err then
    return false
end
local bytes = 0
for i = 1, few do
    bytes = bytes + (first[i] and #first[i] or 0)
end
-- What comes first tells how much the rest may be.
if bytes * #ids > few * tonumber(ARGV[3]) / 16 then
    return false
end
return {all, found, first, #ids > few and call('HMGET', KEYS[2], unpack(ids, few + 1)) or {}}
