UPDATE tick_counter SET tick = tick + 1 WHERE id = 1 RETURNING tick
