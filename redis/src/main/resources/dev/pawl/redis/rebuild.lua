-- Makes the index of one partition anew from what is there. Changes no row, and may be repeated at any time.
-- KEYS     names of partitions, the index, the rows (a hash, or the set of ids)
-- ARGV     'k' for a set, else 'h'; the member of a row's JSON that tells its order, or nothing; the partition, or nothing
--          with ARGV[4] 0 where the family has none
local strings, member, partition, partitioned = ARGV[1] == 'k', ARGV[2], ARGV[3], ARGV[4] == '1'
local there = {}
local ids = redis.call(strings and 'SMEMBERS' or 'HKEYS', KEYS[3])
for _, id in ipairs(ids) do
    there[id] = true
end
local indexed = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #indexed, 2 do
    local id, score = indexed[i], indexed[i + 1]
    if not there[id] then
        redis.call('ZREM', KEYS[2], id)
    else
        there[id] = false
        if order(score) ~= tonumber(score) then
            redis.call('ZADD', KEYS[2], string.format('%.0f', order(score)), id)
        end
    end
end
for _, id in ipairs(ids) do
    if there[id] then
        local at = member ~= '' and told(redis.call('HGET', KEYS[3], id), member) or 0
        redis.call('ZADD', KEYS[2], string.format('%.0f', at), id)
    end
end
if partitioned then
    redis.call(#ids > 0 and 'ZADD' or 'ZREM', KEYS[1], unpack(#ids > 0 and {'0', partition} or {partition}))
end
return {'ok'}
