// The audit form: follow-up questions show when they apply, evidence boxes when they are needed.
export function startAuditForm(form) {}
