-- An index, built while others write.
-- schemac: no-transaction

CREATE INDEX CONCURRENTLY notes_text_idx ON public.notes (text);
