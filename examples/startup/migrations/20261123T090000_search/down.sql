-- schemac: no-transaction

DROP INDEX CONCURRENTLY public.notes_text_idx;
