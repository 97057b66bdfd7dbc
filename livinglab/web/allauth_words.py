"""Sentences of allauth that we say in our own Korean.

Nothing imports this: standing here, they enter our catalogue, which goes before allauth's own.
"""

from django.utils.translation import gettext_noop as _

FIELDS = [
    _("Authenticator code"),
    _("Code"),
    _("Current Password"),
    _("Email"),
    _("Forgot your password?"),
    _("New Password"),
    _("New Password (again)"),
    _("Password"),
    _("Password (again)"),
    _("Passwordless"),
    _("Enabling passwordless operation allows you to sign in using just this key, but imposes additional requirements"
      " such as biometrics or PIN protection."),
    _("Remember Me"),
    _("Master key"),
    _("Backup key"),
    _("Key nr. {number}"),
]  # fmt: skip
REFUSALS = [
    _("A user is already registered with this email address."),
    _("Be patient, you are sending too many requests."),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Invalid or expired key."),
    _("Invalid login."),
    _("Please type your current password."),
    _("The email address and/or password you specified are not correct."),
    _("The email address is not assigned to any user account."),
    _("The password reset token was invalid."),
    _("This account is currently inactive."),
    _("This email address is already associated with this account."),
    _("Too many failed login attempts. Try again later."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
    _("You cannot add an email address to an account protected by two-factor authentication."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You cannot remove your primary email address."),
    _("You must type the same password each time."),
    _("Your primary email address must be verified."),
]
CHOICES = [
    _("Send me a sign-in code"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("Use your password"),
]
MESSAGES = [
    _("A new set of recovery codes has been generated."),
    _("A sign-in code has been sent to %(recipient)s."),
    _("Authenticator app activated."),
    _("Authenticator app deactivated."),
    _("Confirmation email sent to %(email)s."),
    _("Password successfully changed."),
    _("Password successfully set."),
    _("Primary email address set."),
    _("Removed email address %(email)s."),
    _("Security key added."),
    _("Security key removed."),
    _("Successfully signed in as %(name)s."),
    _("You cannot remove your primary email address (%(email)s)."),
    _("You have confirmed %(email)s."),
    _("You have signed out."),
]
