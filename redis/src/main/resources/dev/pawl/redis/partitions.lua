-- Lists the partitions of one family that hold rows, with how many.
-- KEYS[1]  the sorted set of their names
-- Gives {'ok', names and counts, 1 when there are more}, or {'blame', key} at a key of a wrong type
local strings, data, index, odd = ARGV[1] == 'k', ARGV[2], ARGV[3], ARGV[4]
local continued, last, limit = ARGV[5] == '1', ARGV[6], tonumber(ARGV[7])

local function list()
    local names = call('ZRANGEBYLEX', KEYS[1], continued and '(' .. last or '-', '+')
    local seen = {}
    for _, name in ipairs(names) do
        seen[name] = true
    end
    local more = false
    for i = 8, #ARGV do
        local name = ARGV[i]
        if not seen[name] and not (continued and (name == last or less(name, last))) then
            seen[name] = true
            names[#names + 1] = name
            more = true
        end
    end
    if more then
        table.sort(names, less)
    end
    local found = {}
    for _, name in ipairs(names) do
        local count
        if strings and not string.find(name, ':', 1, true) then
            count = call('SCARD', index .. name)
        else
            count = call('HLEN', (strings and odd or data) .. name)
        end
        if count > 0 then
            if #found == 2 * limit then
                return {'ok', found, 1}
            end
            found[#found + 1] = name
            found[#found + 1] = count
        end
    end
    return {'ok', found, 0}
end

local fine, result = pcall(list)
if fine then
    return result
end
if type(result) ~= 'table' then
    error(result)
end
if string.find(result.err, 'WRONGTYPE', 1, true) then
    return {'blame', result.key}
end
return redis.error_reply(result.err)
