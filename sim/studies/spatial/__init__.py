"""The field's spatial models, beside a scenario's runs."""
