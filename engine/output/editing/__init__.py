"""What an editor shows of a report while it is typed: findings, what may stand there, what a field is for."""
