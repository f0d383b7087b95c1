-- Whether an older date was written since the last tick. It crosses nothing, but may change what a "for" or a clear_value is true of:
-- the next tick looks at every leaf of the series.
ALTER TABLE series ADD COLUMN revised boolean NOT NULL DEFAULT false;
