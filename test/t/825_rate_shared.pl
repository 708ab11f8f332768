
# Another client of the same HubSpot account that takes half of the allowed rate gets it, and
# we use what it leaves.

use strict;
use warnings;
use HTTP::Tiny;
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

# Sixty requests in ten seconds.  Our own budget keeps within that, but not beside another.
my $seconds = 13;
my ($limit, $window) = (60, 10);
my $hubspot = start_stand_in(kind => 'hubspot', size => 0, switches => { burst_limit => "requests:$limit" });
my $node = new_node();
connect_crm($node, $hubspot, 'hub', requests_per_second => 5.5, request_burst => 5);
my $query = 'SELECT count(*) FROM hub.contact';
is($node->safe_psql('postgres', $query), 0, 'there is nothing, in one request');
$hubspot->control(DELETE => 'limits');
$hubspot->clear_log;

my $session = LiveSession->new($node);
$session->start("SET statement_timeout = '${seconds}s'; DO \$\$ BEGIN LOOP PERFORM FROM hub.contact; END LOOP; END \$\$");
my $http = HTTP::Tiny->new(proxy => undef, http_proxy => undef);
my $began = time;
my ($asked, $refused) = (0, 0);
while (time < $began + $seconds)
{
	my $answer = $http->get($hubspot->url . '/crm/v3/objects/companies?limit=1',
		{ headers => { Authorization => "Bearer $hubspot->{token}" } });

	$asked++;
	$refused++ if $answer->{status} == 429;
	my $pause = $began + $asked * 2 * $window / $limit - time;
	sleep $pause if $pause > 0;
}
is(($session->finish)[0], '57014', 'ours asks all the while');
my @ours = grep { $_->{path} =~ /contacts/ } $hubspot->log;
my $ours_refused = grep { $_->{status} == 429 } @ours;
note(scalar(@ours) . " of ours, $ours_refused refused; $asked of the other's, $refused refused");
cmp_ok($asked, '>', $seconds * 2, 'the other client asks for half');
cmp_ok($refused / $asked, '<', 0.1, 'and gets it');
cmp_ok(scalar(@ours), '>', $limit / 2, 'we use what is left');
cmp_ok($ours_refused, '<', 5, 'and are not refused');

done_testing();
