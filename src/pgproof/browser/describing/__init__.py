"""Proposes the description of a page that nobody has described: opens it, signs in, and guesses its selectors."""
