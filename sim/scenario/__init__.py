"""Scenario files: vocabulary (schema), arithmetic (expressions), reading (load), and lowering to tables
(tables).
"""
