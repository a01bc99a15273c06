"""Pictures of measurements as inline SVG, which a phone, paper and dark mode show as well.

Colours are classes of page.css. A picture is WIDTH units wide and is shown at about that many pixels, so that its words
have the size of other small print. Each has a title, and a description that says what it shows.
"""

from pgproof.reporting.pictures.distribution import distribution
from pgproof.reporting.pictures.script import script
from pgproof.reporting.pictures.trend import trend

__all__ = ["distribution", "script", "trend"]
