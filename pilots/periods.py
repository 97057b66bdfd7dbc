"""How long what people give for a pilot is kept: the one place from which consent texts, privacy policy and the nightly
deletion take their days."""

from datetime import timedelta

# Names, addresses, telephone numbers and what joins them to answers, after the last day of the trial; of whoever agreed
# to be asked again, after the last survey that asks only them.
CONTACTS_KEPT = timedelta(days=30)
# Answers without a name, after the first report of their survey was published.
ANSWERS_KEPT_AFTER_REPORT = timedelta(days=365)
# The same where no report comes, after their survey has closed or was called off.
ANSWERS_KEPT_WITHOUT_REPORT = timedelta(days=2 * 365)
# Texts in people's own words: as they were written, and masked; after the trial, or after their survey if that closed
# later. What was released as a quotation stays.
TEXTS_KEPT_AS_WRITTEN = CONTACTS_KEPT
TEXTS_KEPT = timedelta(days=365)
# A pilot past its last day that nobody ends.
ENDS_ITSELF_AFTER = timedelta(days=14)
REMIND_EVERY = timedelta(days=7)
