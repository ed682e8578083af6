"""Concepts as patterns: what a condition, a measure or a therapy is called in notes. The word lists are our own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Condition:
    """A diagnosis. Patterns are RE2, case-insensitive; longer and narrower names come first."""

    names: str
    """What only this diagnosis is called."""
    loosely: str = ""
    """What it is called where another form is not named (untyped diabetes is type 2 unless the note says otherwise)."""
    others: str = ""
    """What contains the loose name and is something else: other forms, tests, classes, supplies."""
    other_forms: str = ""
    """Forms whose affirmed mention makes loose mentions mean them."""
    fields: tuple[str, ...] = ()
    """Words by which a field's name or description asks for it, folded."""


@dataclass(frozen=True)
class Measure:
    """A measured quantity with the unit after its number, and what that unit is worth."""

    names: str
    unit: str
    fields: tuple[str, ...]
    converted: str = ""
    """Pattern of another unit, that `factor` and `offset` turn into the usual one."""
    factor: str = "1"
    offset: str = "0"


@dataclass(frozen=True)
class Therapy:
    """Treatments of a step-therapy ladder, and words for their missing success."""

    drugs: str
    lifestyle: str
    unmet: str
    """Words for an outcome that is not reached, of this therapy's aim alone."""
    aim: str
    """The measure whose number shows it, a key of `MEASURES`."""
    aim_from: str
    """From this number on the aim is not reached."""
    fields: tuple[str, ...]


CONDITIONS = {
    "type_2_diabetes": Condition(
        names=r"type[ -]?(?:2|ii|two) (?:diabet(?:es|ic)|dm)(?: mellitus)?|"
        r"diabetes(?: mellitus)?,? ?\(?type[ -]?(?:2|ii|two)\)?|"
        r"t2dm?|dm[ -]?(?:2|ii)|dm,? type (?:2|ii|two)|niddm|diabetes (?:2|ii)|e11(?:\.\d+)?|"
        r"(?:non-?insulin[- ]dependent|adult[- ]onset) diabetes",
        loosely=r"diabetes(?: mellitus)?|diabetics?|dm",
        others=r"(?:pre|non)[- ]?(?:type[ -]?(?:2|ii) )?diabet(?:es|ic)|latent diabetes|"
        r"borderline diabet(?:es|ic)|diabetes insipidus|gestational diabetes|"
        r"diabetes (?:panel|screen(?:ing)?|education|educator|prevention|clinic|class(?:es)?|"
        r"association|center|risk|care team)|"
        r"diabetic (?:diet|supplies|shoes|clinic|education|educator|range)|diabetic foot exam|"
        r"(?:type[ -]?(?:1|2|i|ii|one|two) )?diabetes (?:trial|study|studies|research)|"
        r"(?:steroid|drug)[- ]induced diabetes",
        other_forms=r"type[ -]?(?:1|i|one) (?:diabetes|dm|diabetic)|diabetes(?: mellitus)?,? ?\(?type[ -]?(?:1|i|"
        r"one)\)?|t1dm?|dm[ -]?1|"
        r"e10(?:\.\d+)?|latent autoimmune diabetes(?: of adults)?|lada|gestational diabetes|gdm|"
        r"steroid[- ]induced diabetes|"
        r"juvenile[- ]onset diabetes|diabetes insipidus",
        fields=("t2d", "t2dm", "type 2 diabetes", "diabetes type 2", "type ii diabetes", "diabetes"),
    ),
    "type_1_diabetes": Condition(
        names=(
            r"type[ -]?(?:1|i|one) (?:diabet(?:es|ic)|dm)(?: mellitus)?|"
            r"diabetes(?: mellitus)?,? ?\(?type[ -]?(?:1|i|one)\)?|t1dm?|e10(?:\.\d+)?"
        ),
        fields=("t1d", "t1dm", "type 1 diabetes", "diabetes type 1"),
    ),
    "hypertension": Condition(
        names=r"hypertension|htn|high blood pressure|i10|hypertensive",
        others=r"pulmonary hypertension|portal hypertension|ocular hypertension",
        fields=("hypertension", "high blood pressure"),
    ),
    "obesity": Condition(
        names=r"(?:morbid |class (?:1|2|3|i|ii|iii) |severe )?obes(?:ity|e)|e66(?:\.\d+)?", fields=("obesity", "obese")
    ),
    "hyperlipidemia": Condition(
        names=r"hyperlipidemia|hypercholesterolemia|dyslipidemia|hld|high cholesterol",
        fields=("hyperlipidemia", "dyslipidemia"),
    ),
    "sleep_apnea": Condition(names=r"(?:obstructive )?sleep apnea|osa", fields=("sleep apnea", "osa")),
    "pancreatitis": Condition(names=r"pancreatitis", fields=("pancreatitis",)),
    "medullary_thyroid_carcinoma": Condition(
        names=r"medullary thyroid (?:carcinoma|cancer)|mtc|men ?(?:2|ii)",
        fields=("medullary thyroid carcinoma", "medullary thyroid cancer", "mtc"),
    ),
    "chronic_kidney_disease": Condition(
        names=r"chronic kidney disease|ckd|chronic renal (?:insufficiency|failure)",
        fields=("chronic kidney disease", "ckd"),
    ),
    "heart_failure": Condition(names=r"(?:congestive )?heart failure|chf|hfref|hfpef", fields=("heart failure", "chf")),
}

MEASURES = {
    "hemoglobin_a1c": Measure(
        names=(
            r"(?:hemoglobin|haemoglobin|hgb|hb)[ -]?a1c|hba1c|a1c|a one c|glyc(?:at|"
            r"osylat)ed h(?:a)?emoglobin|glycohemoglobin"
        ),
        unit=r"%|percent",
        fields=("a1c", "hba1c", "hemoglobin a1c"),
        # IFCC to NGSP master equation (Weykamp et al. 2008, Clin Chem 54:240): NGSP = 0.0915 IFCC + 2.15.
        converted=r"mmol/mol",
        factor="0.0915",
        offset="2.15",
    ),
    "body_mass_index": Measure(
        names=r"bmi|body mass index",
        unit=r"kg ?/ ?m(?:2|²|\^2)?|kg per (?:square meter|m2)",
        fields=("bmi", "body mass index"),
    ),
    "ldl_cholesterol": Measure(names=r"ldl(?:-c)?(?: cholesterol)?", unit=r"mg/dl", fields=("ldl",)),
    "egfr": Measure(names=r"e?gfr", unit=r"ml/min\S*", fields=("egfr", "gfr")),
}

_GLUCOSE_DRUGS = (
    r"metformin|glucophage|glumetza|glipizide|glimepiride|glyburide|sulfonylureas?|januvia|"
    r"sitagliptin|tradjenta|linagliptin|"
    r"saxagliptin|onglyza|jardiance|empagliflozin|farxiga|dapagliflozin|invokana|canagliflozin|"
    r"sglt-?2(?: inhibitors?)?|"
    r"dpp-?4(?: inhibitors?)?|pioglitazone|actos|acarbose|repaglinide|nateglinide|insulin|lantus|glargine|"
    r"phentermine|adipex|orlistat|xenical|alli|contrave|naltrexone[ /-]+bupropion|qsymia|topiramate"
)
_LIFESTYLE = (
    r"(?:diet(?:ary)?|lifestyle|calorie|nutrition|weight[- ](?:loss|management)|exercise|"
    r"behaviou?ral)(?: and (?:exercise|diet|activity))?"
    r"(?:[ -](?:modifications?|changes?|program(?:me)?s?|interventions?|counsel(?:l)?ing|plan|"
    r"therapy|attempts?|restriction|efforts?))|"
    r"diet and (?:regular )?exercise|exercise and diet|weight watchers|noom|jenny craig|"
    r"supervised (?:diet|weight)|low[- ]carb diet"
)
THERAPIES = {
    "glucose_and_weight": Therapy(
        drugs=_GLUCOSE_DRUGS,
        lifestyle=_LIFESTYLE,
        unmet=r"(?:a1c|sugars?|glucose|weight|bmi|glycemic|glycaemic|diabetes)\b[^.;]{0,70}?\b(?:elevated|"
        r"high(?:er)?|above (?:goal|target)|"
        r"not at goal|uncontrolled|poorly controlled|not (?:well |adequately )?controlled|unchanged|"
        r"not improved|worse(?:ned|ning)?|"
        r"ris(?:en|ing)|climb(?:ed|ing)|out of range|inadequate|suboptimal)|"
        r"(?:elevated|high|uncontrolled|poor|suboptimal|inadequate|worsening|above[- ]goal|"
        r"rising)\b[^.;]{0,30}?\b(?:a1c|sugars?|glucose|glycemic control|control of (?:his|her|"
        r"the) diabetes)|"
        r"(?:no|without|minimal|little|less than \d+ ?%|inadequate|"
        r"insufficient)(?: \w+){0,2} weight (?:loss|reduction)|(?:regain(?:ed|ing)|gain(?:ed|"
        r"ing))[^.;]{0,25}?(?:weight|pounds|lbs?|kg|all)|"
        r"(?:unable|not able|failed) to lose(?: \w+){0,2} weight|plateau(?:ed)?",
        aim="hemoglobin_a1c",
        aim_from="7.5",
        fields=(
            "step therapy",
            "step therapy failure",
            "failed metformin",
            "metformin failure",
            "prior therapy failure",
            "therapy failure",
        ),
    ),
}
