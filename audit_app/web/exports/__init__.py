"""What people take away: a cycle's audits, and everything held about one case file."""
