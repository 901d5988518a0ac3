CREATE SCHEMA pdfshift;
SET search_path TO pdfshift;
CREATE TABLE conversions (
    id text PRIMARY KEY,
    key text,
    created_at bigint NOT NULL,
    sandbox boolean NOT NULL,
    own_bucket boolean NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL,
    resubmits integer NOT NULL,
    deadline bigint,
    outcome text,
    settled_at bigint,
    request text,
    sender integer,
    settlement bigint
);
CREATE INDEX deadlines ON conversions (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX ages ON conversions (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX senders ON conversions (sender) WHERE sender IS NOT NULL;
CREATE INDEX settlements ON conversions (settlement) WHERE settlement IS NOT NULL;
CREATE TABLE counters (settlements bigint NOT NULL);
CREATE TABLE schema_version (number integer NOT NULL);
INSERT INTO conversions VALUES ('cv_orphan', NULL, 1790856000000000, false, false, 'orphan', 0, 0, NULL, '{"kind":"converted","document":{"url":"https://example.com/a.pdf","filesize":null,"duration":null,"response":null,"executed":null,"pdf_pages":null},"direct":false}', 1790856000000000, NULL, NULL, NULL);
INSERT INTO conversions VALUES ('cv_planned', NULL, 1790856000000000, false, false, 'planned', 0, 0, NULL, NULL, NULL, '{"endpoint":"pdf","body":{"source":"<p>ü</p>"},"template":null,"processor_version":null}', 0, NULL);
INSERT INTO conversions VALUES ('cv_queued', 'inv-2', 1790856000000000, false, false, 'queued', 1, 0, 1790856600000000, NULL, NULL, '{"endpoint":"pdf","body":{"source":"<p>ü</p>"},"template":null,"processor_version":null}', NULL, NULL);
INSERT INTO conversions VALUES ('cv_sending', NULL, 1790856000000000, false, false, 'sending', 1, 0, 1790857200000000, NULL, NULL, '{"endpoint":"pdf","body":{"source":"<p>ü</p>"},"template":null,"processor_version":null}', 0, NULL);
INSERT INTO conversions VALUES ('cv_settled', 'inv-1', 1790856000000000, false, false, 'converted', 1, 0, NULL, '{"kind":"converted","document":{"url":"https://example.com/a.pdf","filesize":null,"duration":null,"response":null,"executed":null,"pdf_pages":null},"direct":false}', 1790856060000000, NULL, NULL, 1);
INSERT INTO counters VALUES (1);
INSERT INTO schema_version VALUES (1);
