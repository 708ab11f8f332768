"""The expression language: lexer, parser, compiler, functions."""
