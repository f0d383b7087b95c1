INSERT INTO ingests (id, user_id, tick, request_hash, result_json, received_at)
VALUES (@id, @userId, @tick, @requestHash, @resultJson, @now)
