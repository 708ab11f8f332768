-- Note what is known of a model's signals; with neither number nor failure that is nothing,
-- but for the detection, of which the time counts.
CREATE FUNCTION pendo._note_signal_state(schema_name name, subject text, name text,
                                         signals bigint, failure text)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  DELETE FROM pendo.signal_state s
   WHERE s.owner = current_user AND s.schema_name = _note_signal_state.schema_name
     AND s.subject = _note_signal_state.subject AND s.name = _note_signal_state.name
     AND _note_signal_state.subject <> 'detection'
     AND coalesce(_note_signal_state.signals, 0) = 0 AND _note_signal_state.failure IS NULL;
  INSERT INTO pendo.signal_state AS s (schema_name, subject, name, signals, failure)
  SELECT _note_signal_state.schema_name, _note_signal_state.subject, _note_signal_state.name,
         _note_signal_state.signals, _note_signal_state.failure
   WHERE _note_signal_state.subject = 'detection'
      OR _note_signal_state.signals > 0 OR _note_signal_state.failure IS NOT NULL
  ON CONFLICT ON CONSTRAINT signal_state_pkey DO UPDATE
     SET at = EXCLUDED.at, signals = EXCLUDED.signals, failure = EXCLUDED.failure,
         since = CASE WHEN (s.failure IS NULL) = (EXCLUDED.failure IS NULL)
                      THEN s.since ELSE EXCLUDED.since END;
END;
REVOKE ALL ON FUNCTION pendo._note_signal_state(name, text, text, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_signal_state(name, text, text, bigint, text) IS
    'note what is known of a model''s signals';
