"""The words of public proposals in a table of their own, which the database keeps, with an index for the search.

An index of all words beside the proposals would be written again with every support and comment, which are counted in
the same row.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

PUBLIC = "('published', 'in_pilot', 'scaled', 'revised', 'retired')"
WORDS = "lower(concat_ws(E'\\n', {0}title_ko, {0}title_en, {0}problem_ko, {0}problem_en, {0}idea_ko, {0}idea_en))"
FORWARD = f"""
CREATE FUNCTION proposals_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT letter || following), '{{}}')
    FROM (
        SELECT letter, lead(letter) OVER (ORDER BY place) AS following
        FROM unnest(string_to_array(words, NULL)) WITH ORDINALITY AS letters (letter, place)
    ) AS neighbours
    WHERE following IS NOT NULL
$$;

CREATE FUNCTION proposals_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := {WORDS.format("NEW.")};
BEGIN
    IF NEW.stage NOT IN {PUBLIC} THEN
        DELETE FROM proposals_words WHERE proposal_id = NEW.id;
    ELSIF NOT EXISTS (SELECT FROM proposals_words WHERE proposal_id = NEW.id AND words = told) THEN
        INSERT INTO proposals_words (proposal_id, words, pairs) VALUES (NEW.id, told, proposals_pairs(told))
        ON CONFLICT (proposal_id) DO UPDATE SET words = excluded.words, pairs = excluded.pairs;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER words_of_new_proposal_are_kept AFTER INSERT ON proposals_proposal
    FOR EACH ROW WHEN (NEW.stage IN {PUBLIC}) EXECUTE FUNCTION proposals_keep_words();
CREATE TRIGGER words_of_changed_proposal_are_kept
    AFTER UPDATE OF stage, title_ko, title_en, problem_ko, problem_en, idea_ko, idea_en ON proposals_proposal
    FOR EACH ROW WHEN (OLD.stage IN {PUBLIC} OR NEW.stage IN {PUBLIC}) EXECUTE FUNCTION proposals_keep_words();

INSERT INTO proposals_words (proposal_id, words, pairs)
SELECT id, told, proposals_pairs(told)
FROM proposals_proposal, LATERAL (SELECT {WORDS.format("")} AS told) AS its
WHERE stage IN {PUBLIC};
"""
BACKWARD = """
DROP TRIGGER words_of_changed_proposal_are_kept ON proposals_proposal;
DROP TRIGGER words_of_new_proposal_are_kept ON proposals_proposal;
DROP FUNCTION proposals_keep_words();
DROP FUNCTION proposals_pairs(text);
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0003_drafts_have_keys_and_lists_have_orders")]

    operations = [
        migrations.CreateModel(
            name="Words",
            fields=[
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="proposals.proposal",
                    ),
                ),
                ("words", models.TextField()),
                (
                    "pairs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), size=None),
                ),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["pairs"], name="words_by_pairs")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
