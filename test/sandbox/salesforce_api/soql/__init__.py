"""A subset of SOQL: lexer, parser, execution."""
