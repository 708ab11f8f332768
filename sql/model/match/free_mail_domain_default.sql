-- Shipped list of domains at which anybody gets an address.  That two people
-- have one says nothing of where they work, so they never make a match.
CREATE VIEW free_mail_domain_default WITH (security_invoker = true) AS
SELECT unnest(string_to_array(
    '126.com 163.com aliyun.com aol.com att.net bigpond.com bk.ru bluewin.ch '
    'bol.com.br btinternet.com charter.net comcast.net cox.net duck.com '
    'earthlink.net email.com fastmail.com fastmail.fm foxmail.com free.fr '
    'freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com '
    'hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es '
    'hotmail.fr hotmail.it hushmail.com icloud.com inbox.ru laposte.net '
    'libero.it list.ru live.co.uk live.com live.fr live.nl mac.com mail.com '
    'mail.ru me.com msn.com naver.com o2.pl online.de orange.fr outlook.com '
    'outlook.de outlook.es outlook.fr pm.me proton.me protonmail.com qq.com '
    'rambler.ru rediffmail.com rocketmail.com sbcglobal.net seznam.cz sfr.fr '
    'sina.com sohu.com t-online.de telenet.be tutanota.com ukr.net uol.com.br '
    'verizon.net virgilio.it wanadoo.fr web.de wp.pl xtra.co.nz ya.ru '
    'yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br '
    'yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net '
    'ymail.com zoho.com', ' ')) AS domain;
REVOKE ALL ON free_mail_domain_default FROM PUBLIC;
COMMENT ON VIEW free_mail_domain_default IS
    'shipped list of domains of free mail; change it in free_mail_domain';
COMMENT ON COLUMN free_mail_domain_default.domain IS 'domain in lower case';
