"""One report judged by itself: what it gives, finding by finding, what it asks, and what it leaves behind."""
