"""How fast the site is, measured as its users meet it: over HTTP, with sessions and CSRF tokens."""
