-- Reads rows at one moment.
-- ARGV     for each row: 's', the number of a key; or 'h', the number of a hash, the field, the number of a sorted set or 0
-- Gives for each row: nothing, {value, order}, or 'wrong' where something is that is no row
local rows = {}
local at = 1
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
while at <= #ARGV do
    local found, wrong
    local order = '0'
    if ARGV[at] == 's' then
        found, wrong = value('GET', KEYS[tonumber(ARGV[at + 1])])
        at = at + 2
    else
        local field = ARGV[at + 2]
        found, wrong = value('HGET', KEYS[tonumber(ARGV[at + 1])], field)
        if found and not wrong and ARGV[at + 3] ~= '0' then
            local score, wrongScore = value('ZSCORE', KEYS[tonumber(ARGV[at + 3])], field)
            order = not wrongScore and score or '0'
        end
        at = at + 4
    end
    rows[#rows + 1] = wrong and 'wrong' or found and {found, order} or false
end
return rows
