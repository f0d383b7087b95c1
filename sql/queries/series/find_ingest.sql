SELECT request_hash, result_json FROM ingests WHERE id = @id
