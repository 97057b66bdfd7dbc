"""The whole engine over survey files, without the site and without a database: ``manage.py analyse`` (docs/analyse.md).

=========  ========================================================================
spec       what the files hold and what is to be worked out, checked by line
table      the files read through: every row, or every complaint
run        from spec and table to results, as plain data
tables     results as tables
pictures   results as figures
write      all of it into a folder, whole or not at all
=========  ========================================================================
"""
