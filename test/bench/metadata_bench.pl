#!/usr/bin/perl

# Visitors with nested metadata: eight mapped columns, and all of the metadata
# as one jsonb column, against curl.  For the record: no gate.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;

need_programs('curl');
my $rows = parameter('VISITORS');
start_web([ 'plain', 'visitors' ]);
say_libraries();
my $node = bench_node();

# Four groups of metadata, about 1,100 bytes a row.
my $file = write_document($node, 'visitors', $rows, qq{
SELECT i, format('{"metadata":{'
	'"agent":{"email":"user%1\$s\@customer%2\$s.example.com","firstname":"Anaïs","lastname":"O\\"Neill %1\$s",'
	'"language":"en_US","name":"Anaïs O\\"Neill %1\$s","note":"imported \\u2192 checked","role":"editor %2\$s",'
	'"teams":["support","product %2\$s"]},'
	'"auto":{"accountid":"%3\$s","accountids":["%3\$s"],"createdat":%4\$s,"firstvisit":%4\$s,"id":"%5\$s",'
	'"idhash":%6\$s,"lastbrowsername":"Chrome","lastbrowserversion":"%2\$s.0.0","lastoperatingsystem":"Mac OS X",'
	'"lastservername":"app.customer-%2\$s.example.com","lastupdatedat":%7\$s,"lastuseragent":"Mozilla/5.0 (Macintosh;'
	' Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%2\$s.0.0.0 Safari/537.36",'
	'"lastvisit":%7\$s},'
	'"custom":{"beta":%8\$s,"cohort":"2024-%2\$s","onboarded":%8\$s,"score":%2\$s.5,"segment":"%9\$s"},'
	'"salesforce":{"contactid":"003%9\$s","leadsource":"Web","ownerid":"005%9\$s","stage":"Customer"}},'
	'"visitor-note":"n%1\$s","visitorId":"%5\$s"}',
	i, i % 97, md5((i / 50)::text), 1700000000000 + i, md5(i::text)::uuid, abs(hashint4(i)),
	1718000000000 + i, (i % 2 = 0)::text, substr(md5(i::text), 1, 15)) AS json
FROM generate_series(1, $rows) AS i});
say(sprintf '# %d rows, %.0f MB', $rows, (-s $file) / 1e6);

# A name that Pendo's expressions cannot hold makes the request one without
# "select", for rows as they are: see Bench.pm.
my $note = "note text OPTIONS (field 'visitor-note')";
my %tables = (
	mapped => "$note, visitor_id text OPTIONS (field 'visitorId'),"
	  . " email text OPTIONS (field 'metadata.agent.email'),"
	  . " role text OPTIONS (field 'metadata.agent.role'),"
	  . " last_visit timestamptz OPTIONS (field 'metadata.auto.lastvisit'),"
	  . " browser text OPTIONS (field 'metadata.auto.lastbrowsername'),"
	  . " beta boolean OPTIONS (field 'metadata.custom.beta'),"
	  . " score float8 OPTIONS (field 'metadata.custom.score')",
	whole => "$note, visitor_id text OPTIONS (field 'visitorId'),"
	  . " metadata jsonb OPTIONS (field 'metadata')");
make_server($node, 'plain', web_url('plain', 'visitors'));
$node->safe_psql('postgres', "CREATE FOREIGN TABLE $_ ($tables{$_}) SERVER plain OPTIONS (object 'visitor')")
  foreach sort keys %tables;

# What was read is what was written.
my $sums = $node->safe_psql('postgres',
	"SELECT count(note), count(email) + count(role) + count(browser), sum(score),"
	  . " count(*) FILTER (WHERE beta), max(last_visit) > '2024-06-10' FROM mapped");
my $score = $node->safe_psql('postgres', "SELECT sum(i % 97 + 0.5) FROM generate_series(1, $rows) AS i");
my $expected = join '|', $rows, 3 * $rows, $score =~ s/\.0$//r, int($rows / 2), 't';
die "other rows: $sums, not $expected\n" if $sums ne $expected;

my (@curl, @mapped, @whole);
foreach my $round (1 .. parameter('ROUNDS'))
{
	push @curl, curl_seconds('plain', 'visitors');
	push @mapped, scan_session($node, 'mapped', $rows);
	push @whole, scan_session($node, 'whole', $rows);
}
ratio('visitors, 8 mapped columns / curl, plain', \@mapped, \@curl);
ratio('visitors, metadata as jsonb / 8 mapped columns', \@whole, \@mapped);
finish();
