// GOV.UK Frontend's behaviours, and those of the audit form on pages that have one.
import { initAll } from "../built/govuk-frontend.min.js";
import { startAuditForm } from "./audit_form.js";
import { startAutosave } from "./autosave.js";
import { startBankTrial } from "./bank_trial.js";
import { startCohort } from "./cohort.js";
import { startCheckingWords } from "./check_words.js";
import { startJobProgress } from "./job_progress.js";
import { startShortcuts } from "./shortcuts.js";

initAll();
document.querySelectorAll("[data-audit-form]").forEach(startAuditForm);
document.querySelectorAll("[data-autosave]").forEach(startAutosave);
document.querySelectorAll("[data-check-words-at]").forEach(startCheckingWords);
document.querySelectorAll("[data-cohort]").forEach(startCohort);
document.querySelectorAll("[data-job-progress]").forEach(startJobProgress);
document.querySelectorAll("[data-shortcuts]").forEach(startShortcuts);
document.querySelectorAll("[data-bank-trial]").forEach(startBankTrial);
