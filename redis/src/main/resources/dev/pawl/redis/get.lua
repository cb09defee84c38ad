-- Reads rows at one moment.
-- ARGV[1]  s when each key is a row: then there is nothing else
-- ARGV[2…] for each row: 's', the number of a key; or 'h', the number of a hash, the field, the number of a sorted set, the
--          member of the JSON that tells the time; or 'c', likewise with one more key: our digests; or 'p', likewise with two
--          more: zaileys' presence, our digests; or for many rows of one hash 'm', the number of the hash, that of a sorted
--          set, the member of the JSON, how many fields, the fields
-- Gives for each row: nothing, {value, order}, or 'wrong' where something is that is no row
local rows = {}
if ARGV[1] == 's' then
    for from = 1, #KEYS, 4000 do
        local part = {}
        for i = from, math.min(#KEYS, from + 3999) do
            part[#part + 1] = KEYS[i]
        end
        local values = redis.call('MGET', unpack(part))
        local missing = {}
        for i, value in ipairs(values) do
            rows[#rows + 1] = value and {value, '0'}
            if not value then
                missing[#missing + 1] = part[i]
            end
        end
        -- What is no string counts as absent in MGET.
        if #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0 then
            for i, key in ipairs(part) do
                if not values[i] and redis.call('EXISTS', key) == 1 then
                    rows[from + i - 1] = 'wrong'
                end
            end
        end
    end
    return rows
end
local function value(command, ...)
    local found = redis.pcall(command, ...)
    if type(found) == 'table' and found.err then
        if string.find(found.err, 'WRONGTYPE', 1, true) then
            return 'wrong', true
        end
        error(found.err)
    end
    return found, false
end
local at = 2
local function take()
    at = at + 1
    return ARGV[at - 1]
end
local function key()
    return KEYS[tonumber(take())]
end
-- Rows of one hash, most of which are missing as a rule.
local function many()
    local hash, orders, member, count = key(), key(), take(), tonumber(take())
    for from = at, at + count - 1, 4000 do
        local till = math.min(from + 4000, at + count) - 1
        local values, wrong = value('HMGET', hash, unpack(ARGV, from, till))
        for i = from, till do
            local found = not wrong and values[i - from + 1]
            if found then
                local score, wrongScore = value('ZSCORE', orders, ARGV[i])
                found = {found, string.format('%.0f', standing(found, member, not wrongScore and score, true))}
            end
            rows[#rows + 1] = wrong and 'wrong' or found
        end
    end
    at = at + count
end
while at <= #ARGV do
    local kind = take()
    local found, wrong
    local time = '0'
    if kind == 'm' then
        many()
    elseif kind == 's' then
        found, wrong = value('GET', key())
    else
        local hash, field, orders, member = key(), take(), key(), take()
        found, wrong = value('HGET', hash, field)
        local written = kind == 'c' and key()
        if found and not wrong then
            local score, wrongScore = value('ZSCORE', orders, field)
            local ours = not written or redis.call('HGET', written, field) == redis.sha1hex(found)
            time = string.format('%.0f', standing(found, member, not wrongScore and score, ours))
        end
        if kind == 'p' then
            local theirs, digests = key(), key()
            local newer, no = value('GET', theirs)
            if newer and not no and redis.call('HGET', digests, field) ~= redis.sha1hex(newer) then
                found, wrong = newer, false
                time = string.format('%.0f', redis.call('TIME')[1] - 300 + redis.call('TTL', theirs))
            end
        end
    end
    if kind ~= 'm' then
        rows[#rows + 1] = wrong and 'wrong' or found and {found, time} or false
    end
end
return rows
