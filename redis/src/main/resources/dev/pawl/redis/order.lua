-- Tells where the rows of one partition stand, without relying on its index.
-- KEYS     the index, the rows (a hash, or the set of ids), digests of what we wrote
-- ARGV     'k' for a set, else 'h'; the member of a row's JSON that tells its order, or nothing; 1 where there are digests
-- Gives {'ok', ids and orders}, or {key} at one of a wrong type
local strings, member, digested = ARGV[1] == 'k', ARGV[2], ARGV[3] == '1'

local function list()
    local found = {}
    for _, id in ipairs(call(strings and 'SMEMBERS' or 'HKEYS', KEYS[2])) do
        local at = 0
        if not strings then
            local score = call('ZSCORE', KEYS[1], id)
            local value = (digested or not score) and call('HGET', KEYS[2], id)
            local ours = not digested or call('HGET', KEYS[3], id) == redis.sha1hex(value)
            at = standing(value, member, score, ours)
        end
        found[#found + 1] = id
        found[#found + 1] = string.format('%.0f', at)
    end
    return {'ok', found}
end

local fine, result = pcall(list)
if fine then
    return result
end
if type(result) ~= 'table' then
    error(result)
end
if string.find(result.err, 'WRONGTYPE', 1, true) then
    return {result.key}
end
return redis.error_reply(result.err)
