package redact

// phrases are sequences of words that runtimes, frameworks, parsers, databases and
// operating systems use, and that sentences for people do not have. The notation is
// described at addPhrases.
const phrases = valuePhrases + callPhrases + parserPhrases + databasePhrases + systemPhrases
