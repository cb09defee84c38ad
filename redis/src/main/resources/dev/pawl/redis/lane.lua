-- Makes a lane, before a batch comes through it.
-- KEYS[1]  the lane
-- ARGV[1]  a number below those of all batches that come, ARGV[2] how long it is remembered in seconds
if redis.call('EXISTS', KEYS[1]) == 0 then
    -- After a first write that needs no memory a script goes on without any: deleting goes on when memory is full.
    redis.call('DEL', KEYS[1])
    redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
return {'ok'}
