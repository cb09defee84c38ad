-- What listings share. Text is compared byte by byte here: Lua's own comparison follows the locale of the server.
local byte = string.byte
local function less(a, b)
    local n = math.min(#a, #b)
    for i = 1, n do
        local x, y = byte(a, i), byte(b, i)
        if x ~= y then
            return x < y
        end
    end
    return #a < #b
end
-- A reply that is an error ends the script with the name of the key that is to blame.
local function call(command, key, ...)
    local reply = redis.pcall(command, key, ...)
    if type(reply) == 'table' and reply.err then
        error({key = key, err = reply.err})
    end
    return reply
end
-- A score as an order: a whole number from 0 to 2^53 - 1.
local function order(score)
    local n = tonumber(score)
    if not n or n ~= n or n < 0 then
        return 0
    end
    return math.min(math.floor(n), 9007199254740991)
end
-- When a chat was last active or a message was sent, where only its JSON says so; nothing where it does not.
local function told(value, member)
    if not value or member == '' then
        return nil
    end
    local ok, json = pcall(cjson.decode, value)
    local at = ok and type(json) == 'table' and json[member]
    if not at or at == cjson.null then
        return nil
    end
    if type(at) == 'table' then
        at = type(at.low) == 'number' and type(at.high) == 'number' and at.high * 4294967296 + at.low % 4294967296
    end
    return order(at or 0)
end
-- Where a row of a hash stands: where its index says, unless somebody else wrote it since.
local function standing(value, member, score, ours)
    return not (score and ours) and told(value, member) or score and order(score) or 0
end
