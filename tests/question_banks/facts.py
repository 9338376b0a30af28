"""The facts that the banks must ask for, each with its source and the questions that carry it.

A source is `r35` (Victoria Climbié inquiry, recommendation 35), `safe 9a` (Project SAFE action
plan, action), `strand 4` (its independent audit), `letter` (Ofsted's letter), `plan 11.1`
(Haringey safeguarding action plan, action), `minutes C8` (committee minutes, item), `jar 3`
(Joint Area Review summary, paragraph), `ofsted` (serious case reviews 2007-8), `update 11`
(Herefordshire, paragraph).
"""

from __future__ import annotations

DOCUMENTS = {
    "r": "Victoria Climbié inquiry 2003",
    "safe": "Project SAFE action plan 2009",
    "strand": "Project SAFE independent audit 2009",
    "letter": "Ofsted inspection letter to Barking and Dagenham, December 2009",
    "plan": "Haringey safeguarding action plan 2011",
    "minutes": "Haringey safeguarding committee minutes July 2011",
    "jar": "Haringey Joint Area Review 2008 summary",
    "ofsted": "Ofsted, Learning lessons from serious case reviews 2007-8",
    "update": "Herefordshire update on children's safeguarding 2009",
}

FACTS: list[tuple[str, str, str]] = [
    # Voice of the child
    ("seen and spoken to within 24 hours of an allegation", "r35", "voice_seen_24h"),
    ("or the reason recorded", "r35", "voice_delay_reason"),
    ("child and carer seen before an assessment is approved", "r25", "voice_before_approval"),
    ("spoken to alone before closure", "r40", "close_alone"),
    ("interpreter used, or the reason recorded", "r18", "voice_interpreter"),
    ("child's views in the recording", "safe 12", "voice_child_views"),
    ("parents' views in the recording", "safe 12", "voice_parent_views"),
    ("views gathered for initial conferences", "plan 14.1", "voice_child_views"),
    ("views taken account of", "ofsted", "voice_difference"),
    # Chronology
    ("properly maintained, in its place", "r58", "chron_place"),
    ("up to date", "r58", "chron_up_to_date chron_last_entry"),
    (
        "assessed again on new and cumulative incidents",
        "jar 3",
        "chron_cumulative chron_reassessed",
    ),
    ("back to basics", "strand 4", "chron_quality"),
    # Manager sign-off
    ("approved in writing", "r25", "signoff_approved signoff_seen_checked"),
    ("complete only if the standard is reached", "safe 13", "signoff_standard"),
    ("allocation says what, which action, how reviewed", "r53", "signoff_allocation"),
    ("worker has training, experience and time", "r52", "signoff_worker notes_workload"),
    ("no cases held by practice managers", "safe 8a", "signoff_held_by_worker"),
    ("key decisions signed: housing", "safe 1d", "signoff_key_decisions"),
    ("key decisions signed: adults", "safe 1e", "signoff_key_decisions"),
    ("key decisions signed: one system", "safe 4", "signoff_key_decisions"),
    # Supervision recorded
    ("supervisor reads, reviews and signs the file", "r45", "sup_file_signed notes_file_read"),
    ("recorded at once on the child's file", "safe 5", "sup_recorded_at_once notes_on_file"),
    ("other supervision kept by the manager", "safe 5", "notes_kept"),
    ("at least every four weeks", "minutes C8", "sup_weeks_between notes_weeks"),
    ("detail enough for the worker's performance", "letter", "notes_detail"),
    ("senior managers sample notes every three months", "r30", "notes_sampled"),
    ("action and review clear to the worker", "r53", "notes_each_case sup_actions_followed"),
    # Role of males
    ("resident males", "plan 11.1", "males_resident assess_male_weight"),
    ("non-resident males", "plan 11.1", "males_non_resident"),
    ("what adult services know", "minutes C9", "males_services assess_male_services"),
    ("household composition checked", "jar 3", "males_household"),
    # Referral
    ("name, address, nature of concern", "r39", "ref_basics"),
    ("with the duty team within the hour", "r39", "ref_passed_on"),
    ("written confirmation within 48 hours", "r21", "ref_confirmed_48h"),
    ("decision within 24 hours", "safe 9a", "ref_decision_24h signoff_referral_24h"),
    ("outcome letter", "safe 9a", "ref_feedback"),
    ("written feedback", "jar 7", "ref_feedback"),
    ("action, owner and date for each child", "r19", "ref_action"),
    ("police told of a possible crime", "r98", "ref_police"),
    ("purpose of an onward referral recorded", "r48", "ref_onward"),
    # Assessment
    ("initial assessment in 7 days", "safe 9c", "assess_days"),
    ("not terminated", "safe 9c", "assess_ended"),
    ("child seen", "safe 9c", "assess_child_seen"),
    ("visit purpose clear", "r34", "assess_visits"),
    ("other agencies checked", "r34", "assess_agencies ref_checks"),
    ("every visit written up", "r34", "rec_visits"),
    ("evidence for the analysis shown", "letter", "assess_evidence"),
    ("equality considered", "letter", "assess_equality"),
    ("legal advice before emergency action", "r36", "urgent_legal"),
    ("section 47 enquiries by trained workers", "r43", "urgent_s47_trained"),
    ("temporary accommodation assessed", "r22", "urgent_housing"),
    ("absence from school reported", "r24", "urgent_school"),
    ("no discharge until the home is safe", "r56", "urgent_discharge"),
    ("harm suspected in hospital", "r63", "urgent_hospital_seen"),
    # Strategy discussion
    ("action points with timescale and person", "r51", "strat_actions attend_action"),
    ("record circulated", "r51", "strat_circulated attend_record"),
    ("review date", "r51", "strat_review_date"),
    ("manager from each agency", "r93", "strat_referral_managers attend_part"),
    ("health always, education for school age", "jar 7", "attend_part"),
    ("standard checklist", "jar 7", "strat_form"),
    ("thresholds of police and social care", "jar 7", "strat_threshold"),
    ("attendance standards", "plan 1.3", "attend_part"),
    # Child protection plan and core group
    ("core group at the new school in ten working days", "jar 3", "cpp_core_new_school"),
    ("documents within five working days", "jar 3", "cpp_documents"),
    ("allocated worker", "r54", "cpp_allocated"),
    ("allocated means active", "r55", "cpp_active signoff_held_by_worker"),
    ("plan says what must change", "strand 4", "cpp_change"),
    ("attendance evidenced", "strand 4", "cpp_attendance"),
    ("review medicals attended", "plan 1.2", "cpp_medical"),
    # Working together
    ("concern of another agency answered", "r49", "multi_concern_answer"),
    ("hospital workers attend", "r61", "multi_hospital"),
    ("challenge across agencies", "jar 3", "multi_challenge"),
    ("challenge across agencies: escalation", "jar 7", "multi_escalated"),
    ("confidence to question", "r37", "multi_challenge"),
    ("agencies in the core assessment", "safe 7", "multi_core_assessment"),
    ("managers of all agencies sign off", "safe 1a", "agency_signed"),
    ("links with adult services", "update 11", "multi_adult_services"),
    # Closure and transfer
    ("child and carer seen, plan agreed", "r26", "close_seen_plan"),
    ("carers seen, plan agreed after harm", "r40", "close_seen_plan"),
    ("accommodation visited", "r40", "close_home"),
    ("views of all professionals", "r40", "close_professionals"),
    ("transfer on both files, confirmed in writing", "r38", "close_council"),
    ("missed transfers detected", "r42", "close_team"),
    ("placement in another area notified", "r23", "close_placed close_responsible"),
    # Recording
    ("decisions clear", "letter", "rec_decisions"),
    ("visits written up", "letter", "rec_visits"),
    ("one system", "safe 4", "rec_one_system"),
    ("known place for key documents", "safe 11", "rec_key_documents"),
    ("accurate", "jar 3", "rec_accurate"),
    ("circulated and secure", "jar 3", "rec_circulated"),
    ("timely", "strand 3", "rec_up_to_date"),
    # Front door, and what became of referrals
    ("needing a service, provided, needs unmet", "r29", "prog_became prog_needs"),
    ("the same referrals looked at again", "minutes C7", "prog_actions"),
    ("referred again", "safe 15", "prog_again"),
    # Domestic violence
    ("told at once where there are children", "minutes C9", "dv_told dv_children"),
    ("risk in the police's report", "letter", "dv_police_risk"),
    ("MARAC considers the child", "plan 13.1", "dv_marac_child"),
]

#: The recommendations whose action is case file audit, or which say that it is in place.
BY_CASE_FILE_AUDIT = [25, 30, 34, 35, 42, 45, 48, 53, 63, 93, 98]
