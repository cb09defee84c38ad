-- Makes the index of one partition anew from what is there. Changes no row, and may be repeated at any time.
-- KEYS     names of partitions, the index, the rows (a hash, or the set of ids), digests of what we wrote
-- ARGV     'k' for a set, else 'h'; the member of a row's JSON that tells its order, or nothing; the partition, or nothing
--          with ARGV[4] 0 where the family has none; ARGV[5] 1 where there are digests
local strings, member, partition, partitioned = ARGV[1] == 'k', ARGV[2], ARGV[3], ARGV[4] == '1'
local digested = ARGV[5] == '1'
local there = {}
local ids = redis.call(strings and 'SMEMBERS' or 'HKEYS', KEYS[3])
for _, id in ipairs(ids) do
    there[id] = true
end
local scores = {}
local indexed = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #indexed, 2 do
    if there[indexed[i]] then
        scores[indexed[i]] = indexed[i + 1]
    else
        redis.call('ZREM', KEYS[2], indexed[i])
        if digested then
            redis.call('HDEL', KEYS[4], indexed[i])
        end
    end
end
for _, id in ipairs(ids) do
    local score = scores[id]
    local value = not strings and (digested or not score) and redis.call('HGET', KEYS[3], id)
    local digest = digested and redis.sha1hex(value)
    local ours = not digested or redis.call('HGET', KEYS[4], id) == digest
    local at = standing(value, member, score, ours)
    if not score or at ~= tonumber(score) then
        redis.call('ZADD', KEYS[2], string.format('%.0f', at), id)
    end
    if not ours then
        redis.call('HSET', KEYS[4], id, digest)
    end
end
if partitioned then
    redis.call(#ids > 0 and 'ZADD' or 'ZREM', KEYS[1], unpack(#ids > 0 and {'0', partition} or {partition}))
end
return {'ok'}
