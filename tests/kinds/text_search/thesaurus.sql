CREATE SCHEMA s;
CREATE TEXT SEARCH DICTIONARY s.words (TEMPLATE = simple, stopwords = 'english');
CREATE TEXT SEARCH DICTIONARY s.none (TEMPLATE = simple, "accept" = false);
CREATE TEXT SEARCH DICTIONARY s."a,=b" (TEMPLATE = thesaurus, dictfile = thesaurus_sample, dictionary = 's.words');
CREATE TEXT SEARCH DICTIONARY s.synonyms (TEMPLATE = synonym, synonyms = synonym_sample, casesensitive = 1);
CREATE TEXT SEARCH PARSER s.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION s."c,d" (PARSER = s.p);
ALTER TEXT SEARCH CONFIGURATION s."c,d" ADD MAPPING FOR asciiword, "int", "float" WITH s."a,=b", s.synonyms, english_stem;
ALTER TEXT SEARCH CONFIGURATION s."c,d" ADD MAPPING FOR hword_asciipart WITH s.words;
