-- data loss: table public.notes with all of its rows
DROP TABLE public.notes;
