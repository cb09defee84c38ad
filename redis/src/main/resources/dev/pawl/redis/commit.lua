-- Applies one batch, or nothing of it: every key's type and every check is looked at before the first write.
-- KEYS[1]  the lane: the number of the last batch that came through it, and why it was refused if it was
-- ARGV[1]  the number of this batch, ARGV[2] how long a lane is remembered in seconds,
-- ARGV[3]  1 when it was sent before and the answer was lost, 2 when it is the first of a backend
-- ARGV[4]  one letter for each key: s string, h hash, t set, z sorted set, - any; that of the lane is d when the batch only
--          deletes; after them the letter of each kind of instruction that comes, once
-- ARGV[5…] instructions: a letter, the number of a key, what else it takes
-- Gives {'ok'}, {'check', n} for the n-th check that does not hold, {'type', key, found type},
-- {'denied', command} where the user may not do what it takes, {'late'} where nobody waits for it any more,
-- {'forgotten'} where there is no lane: a copy may have been applied before the server threw the lane away
local number = tonumber(ARGV[1])
local deletesOnly = string.sub(ARGV[4], 1, 1) == 'd'
local last = redis.call('GET', KEYS[1])
if not last then
    return {'forgotten'}
end
local seen, refusal = string.match(last, '^(%d+)(.*)$')
if tonumber(seen) > number then
    return {'late'}
end
if tonumber(seen) == number then
    -- This very batch was sent before, and the answer was this.
    local answer = {}
    for word in string.gmatch(refusal, '%S+') do
        answer[#answer + 1] = tonumber(word) or word
    end
    return #answer > 0 and answer or {'ok'}
end
-- Remembers this batch. After a first write that needs no memory, the rest of a script may use what there is left:
-- deleting goes on when memory is full.
local function remember(what, always)
    if always then
        redis.call('DEL', KEYS[1])
    end
    redis.call('SET', KEYS[1], what, 'EX', ARGV[2])
end
-- Refused for good: a copy that is still on its way must not be applied when it would be all right by then.
local function refuse(answer)
    if ARGV[3] == '1' then
        remember(ARGV[1] .. ' ' .. table.concat(answer, ' '), true)
    end
    return answer
end
local TYPES = {s = 'string', h = 'hash', t = 'set', z = 'zset'}
for i = 2, #KEYS do
    local wanted = TYPES[string.sub(ARGV[4], i, i)]
    if wanted then
        local found = redis.call('TYPE', KEYS[i]).ok
        if found ~= 'none' and found ~= wanted then
            return refuse({'type', i, found})
        end
    end
end
-- A user who may not do all of it does none of it. Rights may be taken away at any time, and what the first write was
-- allowed the second may not be: so each batch asks, for what it takes. The first of a backend asks for everything.
local function may(letter, command, ...)
    return ARGV[3] ~= '2' and not string.find(ARGV[4], letter, #KEYS + 1) or redis.acl_check_cmd(command, KEYS[2], ...)
end
if KEYS[2] and redis.acl_check_cmd then
    local denied = not may('c', 'GET') and 'GET' or not may('d', 'HGET', '') and 'HGET'
        or not may('[sx]', 'SET', '') and 'SET' or not may('u', 'DEL') and 'DEL'
        or not may('h', 'HSET', '', '') and 'HSET' or not may('H', 'HDEL', '') and 'HDEL'
        or not may('a', 'SADD', '') and 'SADD' or not may('A', 'SREM', '') and 'SREM'
        or not may('z', 'ZADD', '0', '') and 'ZADD' or not may('[Zn]', 'ZREM', '') and 'ZREM'
        or not may('e', 'EXPIRE', '1') and 'EXPIRE' or not may('[Cn]', 'EXISTS') and 'EXISTS'
        or not may('D', 'HEXISTS', '') and 'HEXISTS' or not may('V', 'TYPE') and 'TYPE'
        or not may('[UV]', 'UNLINK') and 'UNLINK'
    if denied then
        return refuse({'denied', denied})
    end
elseif ARGV[3] == '2' then
    -- Servers before 7 cannot be asked: each command is tried where it harms nobody. First one that needs memory, if the
    -- batch does, since none is asked for after another write.
    local unused = KEYS[1] .. ':tried'
    for _, command in ipairs({
        deletesOnly and {'DEL'} or {'ZADD', 'XX', '0', ''}, {'ZADD', 'XX', '0', ''}, {'GET'}, {'HGET', ''}, {'EXISTS'},
        {'SREM', ''}, {'ZREM', ''}, {'HDEL', ''}, {'UNLINK'}, {'EXPIRE', '1'}, {'SADD', ''}, {'DEL'}, {'HSET', '', ''}, {'DEL'},
        {'SET', ''}, {'DEL'}
    }) do
        local tried = redis.pcall(command[1], unused, unpack(command, 2))
        if type(tried) == 'table' and tried.err then
            redis.pcall('DEL', unused)
            return string.find(tried.err, 'NOPERM', 1, true) and {'denied', command[1]} or tried
        end
    end
end
local at = 5
local function take()
    at = at + 1
    return ARGV[at - 1]
end
local function key()
    return KEYS[tonumber(take())]
end
-- No tables of functions here and below: making them for each batch takes as long as the batch.
local checked = 0
while at <= #ARGV and string.find(ARGV[at], '^[cCdD]$') do
    local what = take()
    checked = checked + 1
    local holds
    if what == 'c' then
        holds = redis.call('GET', key()) == take()
    elseif what == 'C' then
        holds = redis.call('EXISTS', key()) == 0
    elseif what == 'd' then
        holds = redis.call('HGET', key(), take()) == take()
    else
        holds = redis.call('HEXISTS', key(), take()) == 0
    end
    if not holds then
        return refuse({'check', checked})
    end
end
if at > #ARGV then
    return {'ok'}
end
-- First, so that whatever stops a script stops it before anything else was written: memory, a replica, a full disk.
remember(ARGV[1], deletesOnly)
while at <= #ARGV do
    local what = take()
    if what == 's' then
        redis.call('SET', key(), take())
    elseif what == 'a' then
        redis.call('SADD', key(), take())
    elseif what == 'u' then
        redis.call('DEL', key())
    elseif what == 'A' then
        redis.call('SREM', key(), take())
    elseif what == 'h' then
        redis.call('HSET', key(), take(), take())
    elseif what == 'H' then
        redis.call('HDEL', key(), take())
    elseif what == 'z' then
        redis.call('ZADD', key(), take(), take())
    elseif what == 'Z' then
        redis.call('ZREM', key(), take())
    elseif what == 'x' then
        redis.call('SET', key(), take(), 'EX', take())
    elseif what == 'e' then
        redis.call('EXPIRE', key(), take())
    elseif what == 'U' then
        redis.call('UNLINK', key())
    elseif what == 'V' then
        local name = key()
        if redis.call('TYPE', name).ok == take() then
            redis.call('UNLINK', name)
        end
    elseif what == 'n' then
        local rows, names, name = key(), key(), take()
        if redis.call('EXISTS', rows) == 0 then
            redis.call('ZREM', names, name)
        end
    else
        error('an instruction that is none: ' .. what)
    end
end
return {'ok'}
