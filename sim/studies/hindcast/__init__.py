"""History as judge: a table of dated observations, what runs say of each, and how well."""
