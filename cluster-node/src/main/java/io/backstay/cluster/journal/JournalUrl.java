package io.backstay.cluster.journal;

import java.util.LinkedHashMap;
import java.util.Map;

/** Completes a JDBC address with what the journal needs; what the address says itself wins. */
final class JournalUrl {
    private static final Map<String, String> NEEDED = needed();

    private JournalUrl() {}

    static String complete(String url) {
        StringBuilder complete = new StringBuilder(url);
        int query = url.indexOf('?');
        String given = query < 0 ? "" : url.substring(query + 1);
        char separator = query < 0 ? '?' : '&';
        for (Map.Entry<String, String> parameter : NEEDED.entrySet()) {
            if (!("&" + given).contains("&" + parameter.getKey() + "=")) {
                complete.append(separator)
                        .append(parameter.getKey())
                        .append('=')
                        .append(parameter.getValue());
                separator = '&';
            }
        }
        return complete.toString();
    }

    private static Map<String, String> needed() {
        Map<String, String> needed = new LinkedHashMap<>();
        // A node that is frozen inside a transaction holds a row's lock: the database ends it after 2 s.
        needed.put("options", "-c%20idle_in_transaction_session_timeout=2000");
        needed.put("reWriteBatchedInserts", "true");
        // Seconds: a database that vanished without a word is noticed.
        needed.put("connectTimeout", "3");
        needed.put("socketTimeout", "10");
        needed.put("tcpKeepAlive", "true");
        // A refused insert would be printed with the event in it, hashes of passwords too.
        needed.put("logServerErrorDetail", "false");
        needed.put("ApplicationName", "backstay");
        return needed;
    }
}
