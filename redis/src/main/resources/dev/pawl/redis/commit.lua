-- Applies one batch, or nothing of it: every key's type and every check is looked at before the first write, but for rows
-- that are put where they are to be missing: those are put first, and taken out again where one was there.
-- KEYS[1]  the lane: the number of the last batch that came through it, and why it was refused if it was
-- ARGV[1]  the number of this batch, ARGV[2] how long a lane is remembered in seconds,
-- ARGV[3]  1 when it was sent before and the answer was lost, 2 when it is the first of a backend
-- ARGV[4]  one letter for each key: s string, h hash, t set, z sorted set, - any, or a look tells; that of the lane is d when
--          the batch only deletes; after them a letter for each command that the changes take, once
-- ARGV[5…] looks, a '-', and changes: each a letter, the number of a key, what else it takes; where that may be much, as
--          many arguments as the one behind the number says
-- Gives {'ok'}, {'check', n…} with the numbers of all checks that do not hold, {'type', key, found type},
-- {'denied', command} where the user may not do what it takes, {'late'} where nobody waits for it any more,
-- {'forgotten'} where there is no lane: a copy may have been applied before the server threw the lane away
--
-- Every message that arrives is one of these, and each command that is called takes longer than all that is said around
-- it. Functions and tables are made only where they are needed for the same reason.
local KEYS, ARGV, call, pcall, tonumber = KEYS, ARGV, redis.call, redis.pcall, tonumber
local number = tonumber(ARGV[1])
local last = call('GET', KEYS[1])
if not last then
    return {'forgotten'}
end
local seen = tonumber(last) or tonumber(string.match(last, '^%d+'))
if seen > number then
    return {'late'}
end
if seen == number then
    -- This very batch was sent before, and the answer was this.
    local answer = {}
    for word in string.gmatch(string.match(last, '^%d+(.*)$'), '%S+') do
        answer[#answer + 1] = tonumber(word) or word
    end
    return #answer > 0 and answer or {'ok'}
end
-- Remembers this batch. After a first write that needs no memory, the rest of a script may use what there is left:
-- deleting goes on when memory is full.
local function remember(what, always)
    if always then
        call('DEL', KEYS[1])
    end
    call('SET', KEYS[1], what, 'EX', ARGV[2])
end
-- Refused for good: a copy that is still on its way must not be applied when it would be all right by then.
local function refuse(answer)
    if ARGV[3] == '1' then
        remember(ARGV[1] .. ' ' .. table.concat(answer, ' '), true)
    end
    return answer
end
local types = ARGV[4]
local deletesOnly = string.sub(types, 1, 1) == 'd'
for i = 2, #KEYS do
    local letter = string.sub(types, i, i)
    if letter ~= '-' then
        local found = call('TYPE', KEYS[i]).ok
        local wanted = letter == 's' and 'string' or letter == 'h' and 'hash' or letter == 't' and 'set' or 'zset'
        if found ~= 'none' and found ~= wanted then
            return refuse({'type', i, found})
        end
    end
end
-- A user who may not do all of it does none of it. Rights may be taken away at any time, and what the first write was
-- allowed the second may not be: so each batch asks, for what it takes. The first of a backend asks for everything.
local function denied(rights)
    for i = 1, #rights do
        local letter = string.sub(rights, i, i)
        local command, words = 'SET', 1
        if letter == 'u' then
            command, words = 'DEL', 0
        elseif letter == 'a' then
            command = 'SADD'
        elseif letter == 'z' then
            command, words = 'ZADD', 2
        elseif letter == 'A' then
            command = 'SREM'
        elseif letter == 'Z' then
            command = 'ZREM'
        elseif letter == 'n' then
            command, words = 'EXISTS', 0
        elseif letter == 'h' then
            command, words = 'HSET', 2
        elseif letter == 'H' then
            command = 'HDEL'
        elseif letter == 'e' then
            command = 'EXPIRE'
        elseif letter == 'U' then
            command, words = 'UNLINK', 0
        elseif letter == 'V' then
            command, words = 'TYPE', 0
        elseif letter == 'c' then
            command, words = 'GET', 0
        elseif letter == 'd' then
            command = 'HGET'
        elseif letter == 'D' then
            command = 'HEXISTS'
        elseif letter == 'N' then
            command = 'HMGET'
        elseif letter == 'i' then
            command, words = 'HSETNX', 2
        end
        local may
        if words == 0 then
            may = redis.acl_check_cmd(command, KEYS[2])
        elseif words == 1 then
            may = redis.acl_check_cmd(command, KEYS[2], '1')
        else
            may = redis.acl_check_cmd(command, KEYS[2], '0', '')
        end
        if not may then
            return command
        end
    end
end
local asks = KEYS[2] and redis.acl_check_cmd
if ARGV[3] == '2' and asks then
    local command = denied('cdDNsuihHaAzZenVU')
    if command then
        return {'denied', command}
    end
elseif ARGV[3] == '2' then
    -- Servers before 7 cannot be asked: each command is tried where it harms nobody. First one that needs memory, if the
    -- batch does, since none is asked for after another write.
    local unused = KEYS[1] .. ':tried'
    for _, command in ipairs({
        deletesOnly and {'DEL'} or {'ZADD', 'XX', '0', ''}, {'ZADD', 'XX', '0', ''}, {'GET'}, {'HGET', ''}, {'HMGET', ''}, {'EXISTS'},
        {'SREM', ''}, {'ZREM', ''}, {'HDEL', ''}, {'UNLINK'}, {'EXPIRE', '1'}, {'SADD', ''}, {'DEL'}, {'HSET', '', ''}, {'DEL'},
        {'HSETNX', '', ''}, {'DEL'},
        {'SET', ''}, {'DEL'}
    }) do
        local tried = redis.pcall(command[1], unused, unpack(command, 2))
        if type(tried) == 'table' and tried.err then
            redis.pcall('DEL', unused)
            return string.find(tried.err, 'NOPERM', 1, true) and {'denied', command[1]} or tried
        end
    end
end
-- Why a look has no answer.
local function failed(which, command, found)
    if string.find(found.err, 'WRONGTYPE', 1, true) then
        return refuse({'type', which, call('TYPE', KEYS[which]).ok})
    end
    local words = (command == 'GET' or command == 'EXISTS') and {} or {''}
    return asks and not redis.acl_check_cmd(command, KEYS[2], unpack(words)) and refuse({'denied', command}) or found
end
-- A command may get some thousands of arguments from here; even parts leave each with what goes with it.
local most = 4000
-- Looks: first checks, then what is usually in an index already. Each fails where its key is of a wrong type.
local at, looks, absent, wrong = 5, 0, {}, nil
local function doesNotHold(which)
    wrong = wrong or {'check'}
    wrong[#wrong + 1] = which
end
while ARGV[at] ~= '-' do
    local what, which = ARGV[at], tonumber(ARGV[at + 1])
    local key = KEYS[which]
    local command, words, found, holds
    if what == 'd' then
        command, words = 'HGET', 4
        found = pcall(command, key, ARGV[at + 2])
        holds = found == ARGV[at + 3]
    elseif what == 'z' then
        command, words = 'ZSCORE', 4
        found = pcall(command, key, ARGV[at + 3])
        holds = found == ARGV[at + 2]
    elseif what == 'a' then
        command, words = 'SISMEMBER', 3
        found = pcall(command, key, ARGV[at + 2])
        holds = found == 1
    elseif what == 'c' then
        command, words = 'GET', 3
        found = pcall(command, key)
        holds = found == ARGV[at + 2]
    elseif what == 'C' then
        command, words = 'EXISTS', 2
        found = pcall(command, key)
        holds = found == 0
    elseif what == 'N' then
        -- All of these are missing in one hash.
        command, words = 'HMGET', 3 + tonumber(ARGV[at + 2])
        holds = true
        for from = at + 3, at + words - 1, most do
            local values = pcall(command, key, unpack(ARGV, from, math.min(from + most, at + words) - 1))
            if values.err then
                found, holds = values, false
                break
            end
            for i = 1, #values do
                looks = looks + 1
                if values[i] then
                    doesNotHold(looks)
                end
            end
        end
        looks = looks - 1
    else
        command, words = 'HEXISTS', 3
        found = pcall(command, key, ARGV[at + 2])
        holds = found == 0
    end
    looks = looks + 1
    if not holds then
        if type(found) == 'table' then
            return wrong and refuse(wrong) or failed(which, command, found)
        end
        if what == 'z' or what == 'a' then
            absent[#absent + 1] = at
        else
            doesNotHold(looks)
        end
    end
    at = at + words
end
at = at + 1
if wrong then
    -- Which of all checks was the first is for who asked to find out.
    while ARGV[at] == 'i' do
        looks = looks + 1
        if pcall('HEXISTS', KEYS[tonumber(ARGV[at + 1])], ARGV[at + 3]) == 1 then
            doesNotHold(looks)
        end
        at = at + 6
    end
    return refuse(wrong)
end
if not ARGV[at] then
    return {'ok'}
end
if asks and ARGV[3] ~= '2' then
    local rights = string.sub(types, #KEYS + 1)
    for i = 1, #absent do
        rights = rights .. ARGV[absent[i]]
    end
    local command = denied(rights)
    if command then
        return refuse({'denied', command})
    end
end
-- First, so that whatever stops a script stops it before anything else was written: memory, a replica, a full disk.
remember(ARGV[1], deletesOnly)
-- Rows that are to be missing, each in a hash and a sorted set of its own. Both commands fail where a key is of a wrong
-- type, and what they did can be undone to the letter.
local made, moved = {}, {}
local refused
while ARGV[at] == 'i' do
    local key, orders, id, order = KEYS[tonumber(ARGV[at + 1])], KEYS[tonumber(ARGV[at + 2])], ARGV[at + 3], ARGV[at + 5]
    looks = looks + 1
    local which, command = ARGV[at + 1], 'HSETNX'
    local done = pcall(command, key, id, ARGV[at + 4])
    if done == 1 then
        which, command = ARGV[at + 2], 'ZADD'
        done = pcall(command, orders, 'NX', order, id)
        local count = #made
        made[count + 1], made[count + 2], made[count + 3] = key, id, done == 1 and orders
        if done == 0 then
            moved[#moved + 1] = {orders, order, id}
        end
    elseif done == 0 then
        doesNotHold(looks)
    end
    if type(done) == 'table' then
        refused = refused or wrong or string.find(done.err, 'WRONGTYPE', 1, true)
            and {'type', tonumber(which), call('TYPE', KEYS[tonumber(which)]).ok} or {'denied', command}
    end
    at = at + 6
end
refused = refused or wrong
if refused then
    for i = 1, #made, 3 do
        call('HDEL', made[i], made[i + 1])
        if made[i + 2] then
            call('ZREM', made[i + 2], made[i + 1])
        end
    end
    remember(ARGV[1] .. ' ' .. table.concat(refused, ' '))
    return refused
end
for i = 1, #moved do
    call('ZADD', moved[i][1], moved[i][2], moved[i][3])
end
for i = 1, #absent do
    local what, key, first = ARGV[absent[i]], KEYS[tonumber(ARGV[absent[i] + 1])], ARGV[absent[i] + 2]
    if what == 'z' then
        call('ZADD', key, first, ARGV[absent[i] + 3])
    else
        call('SADD', key, first)
    end
end
-- What goes into one key, or out of it, by as few commands as Lua can say it with.
local function many(command, key)
    local from = at + 3
    local till = from + tonumber(ARGV[at + 2])
    at = till
    while till - from > most do
        call(command, key, unpack(ARGV, from, from + most - 1))
        from = from + most
    end
    call(command, key, unpack(ARGV, from, till - 1))
end
while ARGV[at] do
    local what, key, first, second = ARGV[at], KEYS[tonumber(ARGV[at + 1])], ARGV[at + 2], ARGV[at + 3]
    if what == 'h' then
        many('HSET', key)
    elseif what == 'z' then
        many('ZADD', key)
    elseif what == 's' then
        call('SET', key, first)
        at = at + 3
    elseif what == 'u' then
        call('DEL', key)
        at = at + 2
    elseif what == 'a' then
        many('SADD', key)
    elseif what == 'A' then
        many('SREM', key)
    elseif what == 'Z' then
        many('ZREM', key)
    elseif what == 'H' then
        many('HDEL', key)
    elseif what == 'n' then
        if call('EXISTS', key) == 0 then
            call('ZREM', KEYS[tonumber(first)], second)
        end
        at = at + 4
    elseif what == 'x' then
        call('SET', key, first, 'EX', second)
        at = at + 4
    elseif what == 'e' then
        call('EXPIRE', key, first)
        at = at + 3
    elseif what == 'U' then
        call('UNLINK', key)
        at = at + 2
    elseif what == 'V' then
        if call('TYPE', key).ok == first then
            call('UNLINK', key)
        end
        at = at + 3
    else
        error('an instruction that is none: ' .. what)
    end
end
return {'ok'}
