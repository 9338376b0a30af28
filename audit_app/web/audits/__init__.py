"""An auditor's own audits: task list, sections, judgement, check and submit."""
