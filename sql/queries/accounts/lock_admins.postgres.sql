-- Whoever changes users passes here one at a time, in id order, so that two cannot each take away the other's last ADMIN.
SELECT id FROM users WHERE role = 'ADMIN' AND is_active ORDER BY id FOR UPDATE
