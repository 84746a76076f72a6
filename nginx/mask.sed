# Masks secrets in what nginx writes on standard error
#
# Those lines hold the raw request line, the upstream's URL and the referrer, and nginx cannot change that. Clients may
# send their token in the query. The access log needs no mask: it never has the query.
#
#   nginx … 2> >(LC_ALL=C sed -u -E -f mask.sed >> error.log)
#
# LC_ALL=C: in UTF-8 a malformed byte would end the match, and the rest of a token would show.

# (1) The value of any key that ends in `token`, however the key and its = are percent-encoded, up to the next key.
s/(([tT]|%[57]4)([oO]|%[46][fF])([kK]|%[46][bB])([eE]|%[46]5)([nN]|%[46][eE])(=|%3[dD]))[^&"[:space:]]*/\1***/g

# (2) Whatever looks like a JWT, also one that was cut short: a JSON object as base64url always begins with eyJ.
s/eyJ[A-Za-z0-9_-]{8,}((\.|%2[eE])[A-Za-z0-9_-]*)*/***/g
