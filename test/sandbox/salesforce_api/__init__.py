"""The Salesforce stand-in; see README.md."""
